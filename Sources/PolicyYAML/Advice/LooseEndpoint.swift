import Addressing
import Diagnostics
import LocatedYAML

/// An address, a port or both in one text, as other programs write them: `:8080`, `10.2.0.2:22`.
struct LooseEndpoint {
    /// What stands before the port.
    enum Host {
        /// Nothing, or any address.
        case none
        /// A name of this machine.
        case thisMachine
        case address(IPAddress)
        /// A prefix or a range.
        case range(AddressRange)
        /// The name of another machine, or of a list.
        case name(String)
    }

    let host: Host

    /// A port or a range of ports, as a policy writes it.
    let ports: String?

    /// Reads a text; `nil` if it is nothing of the kind.
    init?(_ written: Node.Scalar) {
        let scalar = Node.Scalar(text: Self.plain(written.text), span: written.span)
        // A single word is more likely a name in the policy than a service.
        if PortText.service(scalar.text) == nil, let ports = Self.ports(scalar.text) {
            (host, self.ports) = (.none, ports)
        } else if let host = Self.host(scalar.text) {
            (self.host, ports) = (host, nil)
        } else {
            guard let parts = try? EndpointText.parts(of: scalar),
                let host = Self.host(parts.address.text)
            else { return nil }
            guard let port = parts.port else {
                (self.host, ports) = (host, nil)
                return
            }
            guard let ports = Self.ports(port.text) else { return nil }
            (self.host, self.ports) = (host, ports)
        }
    }

    /// Whether it can mean this machine, and no other.
    var mayBeThisMachine: Bool {
        switch host {
        case .none, .thisMachine: true
        case .address(let address): address.isLoopback
        case .range, .name: false
        }
    }

    /// The keys `address` and `port` for an end of a connection, or `nil` if there is no address for
    /// it.
    var endpointKeys: [MeantMapping.Entry]? {
        switch host {
        case .none: entries(nil)
        case .thisMachine: entries("local")
        case .address(let address): entries("\(address)")
        case .range(let range): entries("\(range)")
        case .name(let name): ListName.hasForm(name) ? entries(name) : nil
        }
    }

    /// The text of a target: `:8080`, `local:8080`, `10.2.0.2:22`; `nil` if there is no place for it.
    var target: String? {
        switch host {
        case .none: ports.map { ":\($0)" }
        case .thisMachine: ports.map { "local:\($0)" } ?? "local"
        case .address(let address) where address.isLoopback:
            ports.map { "local:\($0)" } ?? "local"
        case .address(let address):
            switch (address.family, ports) {
            case (_, nil): "\(address)"
            case (.ipv4, let ports?): "\(address):\(ports)"
            case (.ipv6, let ports?): "[\(address)]:\(ports)"
            }
        case .range, .name: nil
        }
    }

    /// The keys of a mapping with an address.
    func entries(_ address: String?) -> [MeantMapping.Entry] {
        let address = address.flatMap(\.asYAML).map { (key: "address", value: $0) }
        return [address, ports.map { (key: "port", value: $0) }].compactMap { $0 }
    }

    /// A text without the parts of a URL around host and port, and with a colon before the port.
    private static func plain(_ text: String) -> String {
        var rest = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        if rest.startIndex > text.startIndex, rest.last == "/" { rest.removeLast() }
        let words = rest.split(separator: " ", maxSplits: 2)
        guard words.count == 2, let address = IPAddress(words[0]),
            let port = PortText.port(words[1])
        else {
            return String(rest)
        }
        return address.text(withPort: port)
    }

    private static func ports(_ text: String) -> String? {
        let text =
            ["*:", ":"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
            ?? text[...]
        let range = (try? PortText.range(String(text))) ?? PortText.range(meantBy: text)
        return range.map { PortSet.text(of: $0) } ?? PortText.service(String(text)).map { "\($0)" }
    }

    static let wordsForThisMachine = ["local", "localhost", "self", "me"]

    private static func host(_ text: String) -> Host? {
        if wordsForThisMachine.contains(text.lowercased()) { return .thisMachine }
        if ["*", "any", "0.0.0.0", "::"].contains(text) { return Host.none }
        if let range = try? AddressText.range(text) {
            let (first, last) = (range.bits.lowerBound, range.bits.upperBound)
            let address = first == last ? IPAddress(family: range.family, bits: first) : nil
            return address.map { .address($0) } ?? .range(range)
        }
        let isName =
            text.contains { $0.isLetter }
            && text.utf8.allSatisfy { Alphabet.isInInterface($0) }
        return isName ? .name(text) : nil
    }
}

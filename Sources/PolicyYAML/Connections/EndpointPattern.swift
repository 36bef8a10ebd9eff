import Diagnostics
import LocatedYAML

/// The text of one end of several connections: `10.0.0.0/8,[2001:db8::/32]:80,443`, `*:80`, `lan`.
///
/// One list of ports belongs to all addresses. Where there are ports, IPv6 addresses are in brackets.
struct EndpointPattern {
    /// The addresses; empty for `*`, which is any.
    let addresses: [Node.Scalar]

    /// The ports; empty for any.
    let ports: [Node.Scalar]

    /// Why a text is not of this form.
    enum Problem: Error {
        /// The brackets are not a pair around one address.
        case brackets
        /// There is no address before the colon.
        case noAddress
        /// There is no port after the colon.
        case noPort
        /// There is nothing before or after a comma.
        case emptyValue
        /// `*` is one of several addresses.
        case anyInList
        /// An address has ports of its own.
        case portsInside(Node.Scalar)
        /// An address stands for any in other programs.
        case anyAddress(Node.Scalar)
        /// `*` stands where ports belong.
        case anyPort
        /// An IPv6 address without brackets can end in a port.
        case perhapsPort(Node.Scalar)
    }

    /// What stands for any address.
    static let any = "*"

    /// Divides a text.
    init(_ word: Node.Scalar) throws(Problem) {
        let text = word.text
        let colon = Self.colonBeforePorts(in: text)
        let hosts = text[..<(colon ?? text.endIndex)]
        guard !hosts.isEmpty else { throw .noAddress }
        if let colon {
            let ports = text[colon...].dropFirst()
            guard !ports.isEmpty else { throw .noPort }
            guard ports != Self.any, ports != "any" else { throw .anyPort }
            self.ports = try word.values(in: ports)
        } else {
            ports = []
        }
        if hosts == Self.any {
            addresses = []
            return
        }
        var addresses: [Node.Scalar] = []
        for host in try word.values(in: hosts) { addresses.append(try Self.address(host)) }
        self.addresses = addresses
    }

    /// The colon before the ports: the first one after the last bracket, or the only one.
    private static func colonBeforePorts(in text: String) -> String.Index? {
        if let bracket = text.lastIndex(of: "]") { return text[bracket...].firstIndex(of: ":") }
        guard text.count(where: { $0 == ":" }) == 1 else { return nil }
        return text.firstIndex(of: ":")
    }

    /// An address without its brackets.
    private static func address(_ host: Node.Scalar) throws(Problem) -> Node.Scalar {
        let text = host.text
        guard text != any else { throw .anyInList }
        let inner = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : nil
        let address = inner ?? text[...]
        guard !address.isEmpty, !address.contains(where: { $0 == "[" || $0 == "]" }),
            inner?.contains(":") != false
        else { throw .brackets }
        if inner == nil, text.count(where: { $0 == ":" }) == 1 { throw .portsInside(host) }
        if ["0.0.0.0", "::", "any"].contains(String(address)) { throw .anyAddress(host) }
        if inner == nil, EndpointText.canEndInPort(text) { throw .perhapsPort(host) }
        return inner.map { host.part($0) } ?? host
    }
}

extension Node.Scalar {
    /// The values of a part of the text, with commas between them.
    func values(in part: Substring) throws(EndpointPattern.Problem) -> [Node.Scalar] {
        let values = part.split(separator: ",", omittingEmptySubsequences: false)
        guard values.allSatisfy({ !$0.isEmpty }) else { throw .emptyValue }
        return values.map { self.part($0) }
    }
}

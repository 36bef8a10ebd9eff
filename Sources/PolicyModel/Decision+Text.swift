import Addressing
import Diagnostics

extension Outcome.Place: CustomStringConvertible {
    /// The place as a policy's tests write it: `192.0.2.10:80`, `local:80`; without a port, the host.
    public var description: String {
        if let port { return host.text(withPort: port) }
        return switch host {
        case .address(let address): "\(address)"
        case .local: "local"
        }
    }
}

extension Outcome {
    /// Where the connection goes, in words: `goes to 192.0.2.10:80`, `is left alone`.
    ///
    /// - Parameter packet: The packet that it is the outcome of.
    /// - Returns: A verb with its object.
    public func words(for packet: FirstPacket) -> String {
        guard let redirect else { return "is left alone" }
        if case .bypass = redirect.decision { return "is left alone" }
        let names = places.keys.map(\.description).sorted()
        let goal = names.count > 3 ? "one of \(names.count) targets" : names.joined(by: "or")
        return "goes to \(goal)\(newSource.map { ", \($0.words)" } ?? "")"
    }
}

extension Masquerade.Source {
    /// What becomes of the source, in words: `masqueraded`, `with source 192.0.2.1`.
    fileprivate var words: String {
        addresses.isEmpty
            ? "masqueraded"
            : "with source \(addresses.values.sorted().map(\.description).joined(by: "or"))"
    }
}

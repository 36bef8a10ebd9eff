import Addressing
import Diagnostics

/// Addresses with ports, one of each.
extension PolicyDecoder {
    /// An address and a port.
    mutating func endpoint(
        _ word: Node.Scalar,
        _ use: EndpointUse
    ) -> (address: IPAddress, port: Port?)? {
        let parts: EndpointText.Parts
        do throws(EndpointText.Problem) {
            parts = try EndpointText.parts(of: word)
        } catch {
            bag.report(.endpoint(word, use, error))
            return nil
        }
        let address = self.address(parts.address, for: .connection)
        let port = parts.port.map { self.port($0, for: .connection) }
        guard let address, port == nil || port != .some(nil) else { return nil }
        if parts.hasBrackets, address.family == .ipv4 || port == nil && !use.needsPort {
            bag.report(.needlessBrackets(word, use, address, port ?? nil))
            return nil
        }
        if use.needsPort, port == nil {
            bag.report(.noPort(word, use, address))
            return nil
        }
        return (address, port ?? nil)
    }
}

extension Diagnostic {
    fileprivate static func endpoint(
        _ word: Node.Scalar,
        _ use: EndpointUse,
        _ problem: EndpointText.Problem
    ) -> Diagnostic {
        let (reason, label) =
            switch problem {
            case .brackets:
                (
                    "has brackets in the wrong places",
                    "they stand around an IPv6 address, before the port"
                )
            case .noAddress: ("has no address", "expected an address before the port")
            case .noPort: ("has no port", "expected a port behind the colon")
            }
        return Diagnostic(
            use.code,
            "\(use.title) \(word.text.quoted) \(reason)",
            at: Label(word.span, label),
            help: "for example `192.0.2.10:80` or `[2001:db8::10]:80`"
        )
    }

    fileprivate static func needlessBrackets(
        _ word: Node.Scalar,
        _ use: EndpointUse,
        _ address: IPAddress,
        _ port: Port?
    ) -> Diagnostic {
        Diagnostic(
            use.code,
            "\(use.title) \(word.text.quoted) has needless brackets",
            at: Label(word.span, "they keep an IPv6 address and a port apart"),
            help: "write `\(port.map { address.text(withPort: $0) } ?? "\(address)")`"
        )
    }

    fileprivate static func noPort(
        _ word: Node.Scalar,
        _ use: EndpointUse,
        _ address: IPAddress
    ) -> Diagnostic {
        Diagnostic(
            use.code,
            "\(use.title) \(word.text.quoted) has no port",
            at: Label(word.span, "expected an address and a port"),
            help: "for example `\(endpoint(meantBy: word.text, address))`"
        )
    }

    /// An IPv6 address without brackets can end in what was meant as a port.
    private static func endpoint(meantBy text: String, _ address: IPAddress) -> String {
        if let colon = text.lastIndex(of: ":"), !text.hasPrefix("["),
            let shorter = IPAddress(text[..<colon]),
            case .success(let port) = PortText.port(text[text.index(after: colon)...])
        {
            return shorter.text(withPort: port)
        }
        return address.family == .ipv6 ? "[\(address)]:80" : "\(address):80"
    }
}

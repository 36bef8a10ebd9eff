import Addressing
import Diagnostics

/// Names of network interfaces.
extension PolicyDecoder {
    /// The name of an interface, or the beginning of several with a `*` behind it.
    mutating func interface(_ scalar: Node.Scalar) -> InterfacePattern? {
        let text = scalar.text
        let isPrefix = text.utf8.last == UInt8(ascii: "*")
        let name = isPrefix ? String(text.dropLast()) : text
        guard !name.isEmpty, name.utf8.allSatisfy({ Alphabet.isInInterface($0) }),
            name != ".", name != ".."
        else {
            bag.report(.invalidInterface(scalar))
            return nil
        }
        guard text.utf8.count <= InterfacePattern.longest else {
            bag.report(.longInterface(scalar, isPrefix: isPrefix))
            return nil
        }
        return InterfacePattern(name: name, isPrefix: isPrefix)
    }
}

extension InterfacePattern {
    /// The longest name in bytes, with the `*` where there is one (`IFNAMSIZ` less the NUL).
    fileprivate static let longest = 15
}

extension Diagnostic {
    fileprivate static func invalidInterface(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidInterface,
            scalar.text == "*"
                ? "`*` alone is every interface"
                : "\(scalar.text.quoted) cannot be the name of an interface",
            at: Label(scalar.span, "expected a name such as `eth0`, or a beginning such as `wg*`"),
            help: helpForInterface(scalar.text)
        )
    }

    fileprivate static func longInterface(_ scalar: Node.Scalar, isPrefix: Bool) -> Diagnostic {
        let longest = InterfacePattern.longest
        return Diagnostic(
            .invalidInterface,
            "the interface name \(scalar.text.quoted) is \(scalar.text.utf8.count) bytes long",
            at: Label(scalar.span, "the kernel's names have at most \(longest)"),
            help: isPrefix
                ? "before the `*` at most \(longest - 1) are possible"
                : "compare it with the names that `ip link` shows"
        )
    }

    private static func helpForInterface(_ text: String) -> String {
        let name = text.prefix { $0 != "@" && $0 != ":" }
        if text == "*" || text.isEmpty { return "for any interface leave `interface` out" }
        if !name.isEmpty, text.contains("@") {
            return "what `ip link` shows from the `@` on is no part of the name; write `\(name)`"
        }
        if !name.isEmpty, text.contains(":") {
            return "an alias with a `:` is an address, not an interface; write `\(name)`"
        }
        if text.last == "+" { return "write `\(text.dropLast())*` for every name that begins so" }
        if text.contains("*") { return "`*` stands only at the end, and for any ending" }
        if text.contains(where: { $0 == "," || $0 == " " }) {
            return "write several interfaces as a list: `[eth0, eth1]`"
        }
        return "use letters, digits, `.`, `_` and `-`"
    }
}

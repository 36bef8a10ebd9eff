import Addressing
import Diagnostics

/// The text form of names of network interfaces.
enum InterfaceText {
    /// The longest name in bytes, with the `*` if there is one (`IFNAMSIZ` without the NUL).
    private static let longest = 15

    /// Reads the name of an interface, or the beginning of several and a `*`.
    static func pattern(_ text: String) throws(ValueProblem) -> InterfacePattern {
        let isPrefix = text.utf8.last == UInt8(ascii: "*")
        let name = isPrefix ? String(text.dropLast()) : text
        guard !name.isEmpty, name.utf8.allSatisfy({ Alphabet.isInInterface($0) }),
            name != ".", name != ".."
        else {
            throw ValueProblem(
                .invalidInterface,
                text == "*"
                    ? "`*` alone is every interface"
                    : "\(text.quoted) cannot be the name of an interface",
                "expected a name such as `eth0`, or a beginning such as `wg*`",
                help: advice(on: text)
            )
        }
        guard text.utf8.count <= longest else {
            throw ValueProblem(
                .invalidInterface,
                "the interface name \(text.quoted) is \(text.utf8.count) bytes long",
                "the kernel's names have at most \(longest)",
                help: isPrefix
                    ? "before the `*` at most \(longest - 1) are possible"
                    : "compare it with the names that `ip link` shows"
            )
        }
        return InterfacePattern(name: name, isPrefix: isPrefix)
    }

    private static func advice(on text: String) -> String {
        let name = text.prefix { $0 != "@" && $0 != ":" }
        if text == "*" || text.isEmpty { return "for any interface leave `interface` out" }
        if !name.isEmpty, text.contains("@") {
            return "the `@` in `ip link` and the part after it are not part of the name; "
                + "write `\(name)`"
        }
        if !name.isEmpty, text.contains(":") {
            return "an alias with a `:` is an address, not an interface; write `\(name)`"
        }
        if text.last == "+" {
            return "write `\(text.dropLast())*` for every name that begins like this"
        }
        if text.contains("*") { return "`*` is allowed at the end only, and stands for any ending" }
        if text.contains(where: { $0 == "," || $0 == " " }) {
            return "write several interfaces as a list: `[eth0, eth1]`"
        }
        return "use letters, digits, `.`, `_` and `-`"
    }
}

import Addressing
import PolicyModel

/// Regular expressions for the values in a policy, as far as their characters tell.
///
/// They use only what ECMAScript and Python have in common, and match the whole text.
enum SchemaPattern {
    static let port =
        "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"

    static let portRange = "\(port)(-\(port))?"

    static let ipv4Range =
        "\(ipv4Address)(/(3[0-2]|[12]?[0-9])|-\(ipv4Address))?"

    static let ipv6Range =
        "\(ipv6Address)(/(12[0-8]|1[01][0-9]|[1-9]?[0-9])|-\(ipv6Address))?"

    static let ipv4Address = "(\(octet)\\.){3}\(octet)"

    /// The decoder checks the number of groups, and where they may be left out.
    static let ipv6Address = "([0-9A-Fa-f]{0,4}:){2,8}([0-9A-Fa-f]{0,4}|\(ipv4Address))"

    static let address = "(\(ipv4Address)|\(ipv6Address))"

    static let addressRange = "(\(ipv4Range)|\(ipv6Range))"

    /// A prefix of several addresses.
    static let prefix =
        "(\(ipv4Address)/(3[01]|[12]?[0-9])|\(ipv6Address)/(12[0-7]|1[01][0-9]|[1-9]?[0-9]))"

    /// The name of a list.
    static let listName =
        "(?!\(anyOf(ListName.reserved))$)[a-z][a-z0-9_-]{0,62}"

    /// A decimal number without leading zeros.
    static let number = "(0|[1-9][0-9]*)"

    static let labels = "\(label)(-\(label))?"

    private static let label = "([0-9]|[1-9][0-9]|1[01][0-9]|12[0-7])"

    /// An id, a range of ids, or any other text that does not begin like one.
    static let account =
        "(\(number)(-\(number))?|(?![0-9]+(-|$))[^ :/,\(control)-][^:/,\(control)]*)"

    static let interface =
        "(?!\\.{1,2}\\*?$)([A-Za-z0-9._-]{1,15}|[A-Za-z0-9._-]{1,14}\\*)"

    static let cgroup = "\(cgroupPart)(/\(cgroupPart))*"

    static let mark = "(?!.*/(0x)?0+$)\(markNumber)(/\(markNumber))?"

    static let codePoint =
        "([0-9]|[1-5][0-9]|6[0-3]|\(anyOf(CodePoint.names.keys.sorted())))"

    /// One line of text.
    static let line = "[^\(control)]*"

    static let path = "(?!~)[^\(control)]+"

    /// A path with wildcards after its last slash only.
    static let include = "(?!.*[*?].*/)\(path)"

    static let logPrefix = "[ !#%-\\[\\]-~]+"

    static let logRate = "[1-9][0-9]*/\(anyOf(LogRate.Unit.allCases.map(\.rawValue)))"

    static let outcome = "(unchanged|(local)?:\(port)|\(endpoint))"

    /// An address and a port; an IPv6 address is in brackets.
    static let endpoint = "(\(ipv4Address)|\\[\(ipv6Address)\\]):\(port)"

    static let gap = "[ \\t\\n]+"

    private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

    private static let cgroupPart = "(?!\\.{1,2}(/|$))[A-Za-z0-9_.:@\\\\+=,~-]+"

    private static let markNumber = "(0x[0-9A-Fa-f]+|\(number))"

    /// The control characters, inside of brackets.
    private static let control = "\\u0000-\\u001f\\u007f-\\u009f"

    static func anyOf(_ words: [String]) -> String {
        "(\(words.joined(separator: "|")))"
    }
}

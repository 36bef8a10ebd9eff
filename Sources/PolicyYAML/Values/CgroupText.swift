import Addressing
import Diagnostics
import Glibc
import LocatedYAML

/// The text form of paths of control groups.
enum CgroupText {
    /// Reads the path of a control group, whether the group exists or not.
    static func path(_ text: String) throws(ValueProblem) -> CgroupPath {
        if let path = CgroupPath(text) { return path }
        let meant = path(meantBy: text)
        let isOnlyWritten = meant != text && CgroupPath(meant) != nil
        throw ValueProblem(
            .invalidCgroup,
            "\(text.quoted) is not the path of a control group",
            isOnlyWritten
                ? "a path begins below `\(CgroupPath.hierarchy)`, and has no slash at its ends"
                : "expected \(Grammar.cgroup.expectation)",
            help: isOnlyWritten ? "write `\(meant)`" : advice(on: text, meant)
        )
    }

    private static func advice(on text: String, _ path: String) -> String {
        if text.isEmpty { return "for any control group leave `cgroup` out" }
        if path.isEmpty { return "every process is in the root; leave `cgroup` out" }
        if text.contains(where: { $0 == "*" || $0 == "?" }) {
            return "there are no wildcards; a group includes all groups below it"
        }
        if text.utf8.count > CgroupPath.longest {
            return "a path has at most \(CgroupPath.longest) bytes"
        }
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        if names.contains(where: { ["", ".", ".."].contains($0) }) {
            return "write the path without `.`, `..` and empty names"
        }
        if names.count > CgroupPath.deepest {
            return "the kernel compares at most \(CgroupPath.deepest) levels"
        }
        return #"nft takes letters, digits and `_.:@\+=,~-`, with `/` between the names"#
    }

    /// The text without the root of the hierarchy and the slashes at its ends.
    private static func path(meantBy text: String) -> String {
        var rest = text[...]
        for root in ["\(CgroupPath.hierarchy)/unified", CgroupPath.hierarchy]
        where rest == root || rest.hasPrefix(root + "/") {
            rest = rest.dropFirst(root.count)
            break
        }
        while rest.last == "/" { rest.removeLast() }
        return String(rest.drop { $0 == "/" })
    }
}

/// The control groups that exist now; each is looked up once.
final class CgroupDirectory {
    private let root: String
    private var answers: [CgroupPath: Bool] = [:]

    init(_ root: String) { self.root = root }

    /// Whether a control group exists.
    ///
    /// The corresponding C function is `stat`.
    func contains(_ path: CgroupPath) -> Bool {
        if let answer = answers[path] { return answer }
        var status = stat()
        let answer =
            stat("\(root)/\(path.text)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        answers[path] = answer
        return answer
    }
}

extension DecodingContext {
    /// The path of a control group; warns if there is no such group now.
    func cgroup(_ scalar: Node.Scalar) -> CgroupPath? {
        guard let path = read(scalar, CgroupText.path) else { return nil }
        if !cgroups.contains(path) {
            bag.warning(
                .missingCgroup,
                "the control group \(scalar.text.quoted) was not found",
                at: scalar.span,
                "not found below `\(CgroupPath.hierarchy)`",
                help: "it must exist when the rules are loaded; the kernel does not recognise one "
                    + "that is created again later"
            )
        }
        return path
    }
}

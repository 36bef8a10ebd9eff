import Addressing

/// What somebody means who writes the path of a control group in another way.
enum CgroupText {
    /// What to say of a text that is no path.
    struct Advice {
        var label = "expected \(Grammar.cgroup.expectation)"
        var help: String
    }

    static func advice(on text: String) -> Advice {
        let path = path(meantBy: text)
        if text.isEmpty { return Advice(help: "for any control group leave `cgroup` out") }
        if path.isEmpty {
            return Advice(help: "every process is in the root; leave `cgroup` out")
        }
        if path != text, CgroupPath(path) != nil {
            return Advice(
                label: "a path begins below `\(CgroupPath.hierarchy)`, and has no slash at "
                    + "its ends",
                help: "write `\(path)`"
            )
        }
        if text.contains(where: { $0 == "*" || $0 == "?" }) {
            return Advice(help: "there are no wildcards; a group stands for all below it as well")
        }
        if text.utf8.count > CgroupPath.longest {
            return Advice(help: "a path has at most \(CgroupPath.longest) bytes")
        }
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        if names.contains(where: { ["", ".", ".."].contains($0) }) {
            return Advice(help: "write the path without `.`, `..` and empty names")
        }
        if names.count > CgroupPath.deepest {
            return Advice(help: "the kernel compares at most \(CgroupPath.deepest) levels")
        }
        return Advice(
            help: #"nft takes letters, digits and `_.:@\+=,~-`, with `/` between the names"#
        )
    }

    /// The text without what stands before and behind the path of a group.
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

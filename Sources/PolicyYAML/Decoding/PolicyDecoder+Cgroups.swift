import Addressing
import Diagnostics

/// Paths of control groups.
extension PolicyDecoder {
    /// The path of a control group; a warning where there is none now.
    mutating func cgroup(_ scalar: Node.Scalar) -> CgroupPath? {
        guard let path = cgroupPath(scalar) else { return nil }
        if !cgroups.contains(path) { bag.report(.missingCgroup(scalar)) }
        return path
    }

    /// The path of a control group, whether there is one or not.
    mutating func cgroupPath(_ scalar: Node.Scalar) -> CgroupPath? {
        let path = CgroupPath(scalar.text)
        if path == nil { bag.report(.invalidCgroup(scalar)) }
        return path
    }
}

extension Diagnostic {
    fileprivate static func missingCgroup(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .missingCgroup,
            severity: .warning,
            "the control group \(scalar.text.quoted) was not found",
            at: Label(scalar.span, "not found below `\(CgroupPath.hierarchy)`"),
            help: "it must exist when the rules are loaded; one that is made again later is "
                + "another to the kernel"
        )
    }

    fileprivate static func invalidCgroup(_ scalar: Node.Scalar) -> Diagnostic {
        let advice = CgroupText.advice(on: scalar.text)
        return Diagnostic(
            .invalidCgroup,
            "\(scalar.text.quoted) is not the path of a control group",
            at: Label(scalar.span, advice.label),
            help: advice.help
        )
    }
}

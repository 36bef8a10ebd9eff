import Generations
import RulesetModel

extension RefusalCause {
    private static let mostNamed = 5

    /// The redirects, as the end of a sentence.
    var ofRedirects: String {
        guard !redirects.isEmpty else { return "" }
        let names = redirects.prefix(Self.mostNamed).map { "`\($0)`" }.joined(separator: ", ")
        let more = redirects.count - Self.mostNamed
        return "; it is about \(names)" + (more > 0 ? " and \(more) more" : "")
    }

    /// What the kernel lacks and the way out, in lines; empty if it lacks nothing.
    var ofMissing: String {
        missing.isEmpty ? "" : missing.lacks + "\n"
    }
}

extension [KernelFeature] {
    /// That the kernel lacks them, and the way out.
    var lacks: String {
        let lines = map { feature in
            let version = feature.since.map { " of Linux \($0) or newer" } ?? ""
            let noun = feature.modules.count == 1 ? "module" : "modules"
            return "\(feature.purpose) needs the kernel \(noun) "
                + "\(feature.modules.joined(separator: " and ")) "
                + "(\(feature.options.joined(separator: ", ")))\(version), which can't be loaded"
        }
        let modules = flatMap(\.modules).joined(separator: " ")
        return
            (lines + [
                "`modprobe -a \(modules)`, as root of the machine, loads what is installed or says what is "
                    + "not; the rest comes with all modules of this kernel (on Ubuntu, package "
                    + "linux-modules-extra-$(uname -r)) or with a kernel that is built with these options"
            ]).joined(separator: "\n")
    }
}

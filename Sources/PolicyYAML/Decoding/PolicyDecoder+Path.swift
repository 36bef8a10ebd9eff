import Diagnostics

/// Paths of files.
extension PolicyDecoder {
    /// Whether a text can be a path; reports one that cannot.
    mutating func isPath(_ scalar: Node.Scalar) -> Bool {
        if FilePath.isPlausible(scalar.text) { return true }
        bag.report(.invalidPath(scalar))
        return false
    }
}

extension Diagnostic {
    fileprivate static func invalidPath(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidPath,
            "\(scalar.text.quoted) is not a path",
            at: Label(scalar.span, "expected the path of a file"),
            help: scalar.text.hasPrefix("~")
                ? "`~` stands for nothing here; write the path in full"
                : "a path is printable, and relative to the file that it stands in"
        )
    }
}

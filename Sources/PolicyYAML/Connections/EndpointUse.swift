import Diagnostics

/// What an address with a port is there for.
struct EndpointUse {
    /// How messages call it.
    let title: String
    /// The code of findings about its form.
    let code: DiagnosticCode
    let needsPort: Bool

    static let source = EndpointUse(
        title: "the source",
        code: .invalidConnection,
        needsPort: false
    )
    static let destination = EndpointUse(
        title: "the destination",
        code: .invalidConnection,
        needsPort: true
    )
    static let outcome = EndpointUse(
        title: "the outcome",
        code: .invalidOutcome,
        needsPort: true
    )
}

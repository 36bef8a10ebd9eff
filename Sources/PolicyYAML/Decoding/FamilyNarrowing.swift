import Addressing
import Diagnostics

/// The families of connections that are left after each part of a redirect has had its say.
struct FamilyNarrowing {
    private var families = Set(IPFamily.allCases)
    private var cause: (name: String, place: SourceSpan)?

    /// Leaves only the given families; returns the finding where none is left.
    @discardableResult
    mutating func narrow(
        to allowed: Set<IPFamily>,
        by name: String,
        at place: SourceSpan
    ) -> Diagnostic? {
        let left = families.intersection(allowed)
        defer {
            if left != families { cause = (name, place) }
            families = left
        }
        guard left.isEmpty, let cause, let before = families.first, let now = allowed.first else {
            return nil
        }
        return Diagnostic(
            .familyConflict,
            "\(cause.name) is \(before.title) and \(name) is \(now.title)",
            at: Diagnostic.Label(place, "only \(now.title)"),
            related: [Diagnostic.Label(cause.place, "only \(before.title)")],
            help: "no connection has both families; write a redirect for each"
        )
    }
}

import Diagnostics
import PolicyModel

/// Whether a policy takes more elements in nftables than it may.
extension PolicyDecoder {
    /// Reports the redirect that takes most of them, if they are too many.
    mutating func checkSize(_ policy: Policy) {
        let size = PolicySize(of: policy)
        guard size.total > policy.elementLimit,
            let index = size.elements.indices.max(by: { size.elements[$0] < size.elements[$1] })
        else { return }
        let (redirect, count) = (policy.redirects[index], size.elements[index])
        bag.report(.tooManyElements(size.total, limit: policy.elementLimit, redirect, count))
    }
}

extension Diagnostic {
    fileprivate static func tooManyElements(
        _ total: Int,
        limit: Int,
        _ redirect: Redirect,
        _ count: Int
    ) -> Diagnostic {
        let help =
            Settings.validMaxElements.contains(total)
            ? "; to allow them, write `settings: {\(SettingsKey.maxElements.rawValue): \(total)}`"
            : ", and more than \(Settings.validMaxElements.upperBound) are never allowed"
        return Diagnostic(
            .tooManyElements,
            "the policy would take \(words(total)) elements in nftables, "
                + "and at most \(limit) are allowed",
            at: Label(redirect.span, "this redirect takes most of them: \(words(count))"),
            help: "each port of a shift is one, and lists in several keys multiply" + help
        )
    }

    private static func words(_ count: Int) -> String {
        count < PolicySize.most ? "\(count)" : "\(PolicySize.most) or more"
    }
}

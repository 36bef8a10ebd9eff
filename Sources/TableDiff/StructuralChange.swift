public import RulesetModel

/// A difference in the table itself, apart from its redirects.
public enum StructuralChange: Sendable, Hashable {
    /// The kernel has no such table.
    case tableMissing
    /// There is a table where none should be.
    case tableUnwanted
    /// The kernel ignores the table (`flags dormant`), so it must be created again.
    ///
    /// The flag can't be removed in one transaction with changes of base chains, and libnftables 1.0.6
    /// can't list such a table.
    case tableDormant
    /// The table contains a name that nft's language can't express, so it must be created again.
    case tableReplaced
    /// A base chain is gone, by its name.
    case chainMissing(String)
    /// A chain has another hook, priority or type, so it must be created again.
    ///
    /// If other programs have chains of the same priority, the order among them changes.
    case chainReplaced(String, found: LiveChain.Attachment)
    /// A base chain lacks rules that belong to no redirect, in nft's language.
    case rulesMissing(chain: String, [String])
    /// A base chain has rules that belong to no redirect elsewhere in the order, in nft's language.
    case rulesMoved(chain: String, [String])
    /// A base chain drops packets that no rule matches (`policy drop`).
    case chainDrops(String)
    /// A map has another type, so it must be created again.
    case mapReplaced(String, found: MapType)
    /// Another version laid out the rules: its fixed rules differ, or those of some redirects do.
    case olderLayout(version: String)
    /// The new rules have the layout of another version.
    case olderLayoutComesBack(version: String)
    /// A map is smaller than redirctl would create it, so it must be created again: `size` is its limit.
    case mapLimited(String, size: Int)
    /// The generation's marker is missing.
    case markerDiffers(found: [Marker])
}

extension StructuralChange {
    /// Whether it is about how a version lays out rules.
    var isLayout: Bool {
        switch self {
        case .olderLayout, .olderLayoutComesBack: true
        default: false
        }
    }
}

public import RulesetModel

/// Something about the table itself, apart from redirects, that is not as wanted.
public enum StructuralChange: Sendable, Hashable {
    /// The kernel has no such table.
    case tableMissing
    /// There is a table where none should be.
    case tableUnwanted
    /// The kernel passes the table by (`flags dormant`), so it must be made anew.
    ///
    /// Waking it would do, but not in one transaction with changes of its base chains, and
    /// libnftables 1.0.6 can't list it.
    case tableDormant
    /// The table holds a name that nft's language can't express, so it must be made anew.
    case tableReplaced
    /// A base chain is gone, by its name.
    case chainMissing(String)
    /// A chain is not attached as wanted, so it must be made anew.
    ///
    /// Where others have chains of the same priority, the order among them changes.
    case chainReplaced(String, found: LiveChain.Attachment)
    /// A base chain lacks rules that belong to no redirect, in nft's language.
    case rulesMissing(chain: String, [String])
    /// A base chain has rules that belong to no redirect elsewhere in the order, in nft's language.
    case rulesMoved(chain: String, [String])
    /// A base chain drops what no rule decides (`policy drop`).
    case chainDrops(String)
    /// A map is of another type than wanted, so it must be made anew.
    case mapReplaced(String, found: MapType)
    /// Another version laid out the rules: its fixed rules differ, or those of some redirects do.
    case olderLayout(version: String)
    /// The rules that come are laid out as another version did it.
    case olderLayoutComesBack(version: String)
    /// A map takes fewer elements than it would if it were made for those that are wanted, so it must be
    /// made anew: `size` is the most that it takes.
    case mapLimited(String, size: Int)
    /// The marker of the generation is gone, or is another's.
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

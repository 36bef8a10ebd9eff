import Addressing
import PolicyModel
import RulesetModel

/// What tells a redirect's connections after routing, where their source is changed: a label.
///
/// Interface, process, mark and `local` can't be asked again there, or another table may have changed
/// them meanwhile. So the decision leaves a label on the connection, and is not made twice.
struct SourceLabel: Hashable {
    let label: ConnectionLabel

    /// What the source becomes, as a word for the names of maps.
    let word: String
}

/// The labels of a policy, one for each source that connections can get.
struct SourceLabels {
    private var labels: [Masquerade.Source: SourceLabel] = [:]

    /// The rules of the base chain that changes sources; empty if nothing does.
    private(set) var rules: [Rule] = []

    /// Gives labels to what redirects need: the first one to the interface's own address, so that it
    /// stays when an address is chosen elsewhere, the others in the policy's order.
    init(_ redirects: [Redirect], among labels: ClosedRange<ConnectionLabel>) {
        let wanted = redirects.compactMap(\.masquerade?.source)
        var next = labels.lowerBound.bit + 1
        for source in wanted where self.labels[source] == nil {
            guard source != .interface else {
                add(source, labels.lowerBound)
                continue
            }
            // The policy's reader has refused more than there are.
            guard next <= labels.upperBound.bit, let label = ConnectionLabel(bit: next) else {
                continue
            }
            add(source, label)
            next += 1
        }
        if !rules.isEmpty { rules = Rule.fixed(at: .postrouting) + rules }
    }

    subscript(source: Masquerade.Source) -> SourceLabel? { labels[source] }

    private mutating func add(_ source: Masquerade.Source, _ label: ConnectionLabel) {
        labels[source] = SourceLabel(label: label, word: source.word)
        if source == .interface {
            rules.append(
                Rule(selector: Selector(tracked: .redirected(label)), statement: .masquerade)
            )
        }
        for family in IPFamily.allCases {
            guard let address = source.addresses[family] else { continue }
            rules.append(
                Rule(
                    selector: Selector(family: family, tracked: .redirected(label)),
                    statement: .snat(to: address)
                )
            )
        }
    }
}

extension Masquerade.Source {
    /// Addresses have colons, which no name of nftables' can have.
    fileprivate var word: String {
        let words = IPFamily.allCases.compactMap { self.addresses[$0] }.map { address in
            String("\(address)".map { $0 == ":" ? "-" : $0 })
        }
        return words.isEmpty ? "masquerade" : "snat_" + words.joined(separator: "_")
    }
}

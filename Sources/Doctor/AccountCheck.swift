internal import Addressing
internal import PolicyModel

/// A user or group whose id is not the one that a policy was applied with.
public struct ChangedAccount: Sendable, Hashable {
    /// Whether it is a group.
    public let isGroup: Bool

    /// The name.
    public let name: String

    /// The id in the rules.
    public let id: UInt32

    /// The id by now; `nil` if there is no such account any more.
    public let presentID: UInt32?

    /// Creates a change.
    public init(isGroup: Bool, name: String, id: UInt32, presentID: UInt32?) {
        self.isGroup = isGroup
        self.name = name
        self.id = id
        self.presentID = presentID
    }
}

extension ChangedAccount {
    /// Reports the redirects that name it.
    func report(_ policy: Policy, _ findings: inout FindingList) {
        let kind = isGroup ? "group" : "user"
        for redirect in policy.redirects where redirect.isEnabled {
            let isNamed = ([redirect.match] + redirect.exceptions).contains { match in
                (isGroup ? match.groups : match.users)?.contains(id) == true
            }
            guard isNamed else { continue }
            findings.add(.changedAccount, .certain, of: redirect.name, about: "\(kind) \(name)") {
                let now = presentID.map { "has \($0) now" } ?? "no longer exists"
                return (
                    "\(kind) \(name) had id \(id) when the policy was applied and \(now)",
                    .init(advice: "apply the policy again")
                )
            }
        }
    }
}

/// The answers about names that one reading has asked for; each name is asked for once.
struct AccountNames {
    private struct Name: Hashable {
        let kind: AccountKind
        let text: String
    }

    private var answers: [Name: AccountDatabase.Answer] = [:]
    private var known: [AccountKind: [String]] = [:]

    /// Begins with answers that the system has given before.
    init(_ accounts: [ResolvedAccount] = []) {
        for account in accounts {
            guard let kind = AccountKind(rawValue: account.kind) else { continue }
            answers[Name(kind: kind, text: account.name)] = .id(account.id)
        }
    }

    /// What the system says of a name.
    mutating func answer(_ kind: AccountKind, _ text: String) -> AccountDatabase.Answer {
        let name = Name(kind: kind, text: text)
        if let answer = answers[name] { return answer }
        let answer = AccountDatabase.id(of: kind, named: text)
        answers[name] = answer
        return answer
    }

    /// The names that stand for an id, sorted.
    var resolved: [ResolvedAccount] {
        answers.compactMap { name, answer -> ResolvedAccount? in
            guard case .id(let id) = answer else { return nil }
            return ResolvedAccount(kind: name.kind.rawValue, name: name.text, id: id)
        }
        .sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
    }

    /// The name that was probably meant.
    mutating func nearest(_ kind: AccountKind, to text: String) -> String? {
        let names = known[kind] ?? AccountDatabase.localNames(of: kind)
        known[kind] = names
        return Suggestion.nearest(to: text, among: names)
    }
}

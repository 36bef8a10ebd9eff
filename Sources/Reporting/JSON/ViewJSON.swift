import TableDiff

/// The shape of a redirect that was read off its rules: in words for people, and as values.
struct ViewJSON: Sendable, Encodable {
    private let words: RedirectView
    private let values: RedirectValues

    private enum CodingKeys: CodingKey {
        case values
    }

    /// Creates the shape, or returns `nil` if the rules don't make up one redirect.
    init?(_ rules: [PlacedRule]) {
        guard let words = RedirectView(rules),
            let values = RedirectValues(rules, atMost: OutputFormat.json.listLimit)
        else { return nil }
        self.words = words
        self.values = values
    }

    func encode(to encoder: any Encoder) throws {
        try words.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(values, forKey: .values)
    }
}

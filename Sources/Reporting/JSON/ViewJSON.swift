import TableDiff

/// The shape of a redirect that was read off its rules: in words for people, and as values.
struct ViewJSON: Sendable, Codable {
    let words: RedirectView
    private let values: RedirectValues?

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

    /// Reads what a plan was saved with; before 0.3 it had words only.
    init(from decoder: any Decoder) throws {
        words = try RedirectView(from: decoder)
        values = try decoder.container(keyedBy: CodingKeys.self)
            .decodeIfPresent(RedirectValues.self, forKey: .values)
    }

    func encode(to encoder: any Encoder) throws {
        try words.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(values, forKey: .values)
    }
}

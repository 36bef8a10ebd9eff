/// The tables of the language's keys.
enum PolicyLanguage {
    /// All of them.
    static let tables: [any MappingKey.Type] = [
        PolicyKey.self, SettingsKey.self, FileKey.self, RedirectKey.self, MatchKey.self,
        EndpointKey.self, TargetKey.self, ShareKey.self, MasqueradeKey.self, LogKey.self,
        TestKey.self,
    ]
}

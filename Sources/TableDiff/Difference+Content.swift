extension Difference {
    /// The commands without those about the table itself and about its marker: what fills a table that
    /// another command makes.
    public var content: [NftCommand] {
        commands.filter { $0 != .addTable && !$0.isAboutMarker }
    }
}

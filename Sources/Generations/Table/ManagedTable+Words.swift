import Nftables
public import TableDiff

extension ManagedTable {
    /// A difference with foreign rules in nft's words, among its first foreign objects and commands.
    ///
    /// If libnftables can't express a rule, or crashes, these rules have only their handles.
    public func worded(_ difference: Difference, first limit: Int = .max) -> Difference {
        kernel().worded(difference, of: name, first: limit)
    }
}

extension Kernel {
    func worded(_ difference: Difference, of table: String, first limit: Int = .max) -> Difference {
        let handles = difference.rulesWithoutWords(amongFirst: limit)
        guard !handles.isEmpty, let texts = try? ruleTexts(of: table, handles) else {
            return difference
        }
        return difference.worded(by: texts)
    }
}

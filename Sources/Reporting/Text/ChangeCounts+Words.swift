import TableDiff

extension ChangeCounts {
    /// `3 added, 0 changed, 1 removed, 12 unchanged`.
    var words: String {
        "\(added) added, \(changed) changed, \(removed) removed, \(unchanged) unchanged"
    }

    /// `+3 ~0 -1`.
    var signs: String { "+\(added) ~\(changed) -\(removed)" }
}

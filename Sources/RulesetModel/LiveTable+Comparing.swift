extension LiveTable {
    /// The table without counts and times, and with sorted elements: two readings are equal if nobody
    /// changed the table in between.
    public var withoutCounts: LiveTable {
        var table = self
        for index in table.counters.indices {
            table.counters[index].packets = 0
            table.counters[index].bytes = 0
        }
        for map in table.maps.indices {
            for index in table.maps[map].elements.indices {
                table.maps[map].elements[index].count = nil
            }
            table.maps[map].elements.sort { $0.element.key < $1.element.key }
        }
        for family in table.lease.map({ Array($0.terms.keys) }) ?? [] {
            table.lease?.terms[family]?.expires = nil
        }
        return table
    }
}

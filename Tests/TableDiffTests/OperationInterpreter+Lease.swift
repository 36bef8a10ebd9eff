import Addressing
import RulesetModel
import TableDiff

/// The set that a trial lives by.
extension OperationInterpreter {
    mutating func changeLease(_ command: NftCommand, of table: inout LiveTable) throws {
        switch command {
        case .addLease(let isTimed):
            try table.refuseIf(table.lease != nil, "the set exists")
            table.lease = LiveLease(handle: take(), isTimed: isTimed)
        case .grantLease(let milliseconds):
            try table.refuseIf(table.lease == nil, "no lease")
            let term = LiveLease.Term(timeout: milliseconds, expires: milliseconds)
            for family in IPFamily.allCases where table.lease?.terms[family] == nil {
                table.lease?.terms[family] = term
            }
        case .revokeLease:
            let terms = table.lease?.terms ?? [:]
            try table.refuseIf(terms.count < IPFamily.allCases.count, "no such element")
            table.lease?.terms = [:]
        case .deleteLease:
            let isAsked = table.rules.contains {
                if case .trial = $0.statement { true } else { false }
            }
            try table.refuseIf(isAsked, "the set is in use")
            table.lease = nil
        default: break
        }
    }
}

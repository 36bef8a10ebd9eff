import FoundationEssentials
import Generations
import Glibc

/// A saved plan as a file: what it is bound to, and for whoever reads it, what it would do.
struct PlanFile: Encodable {
    private let saved: SavedPlan
    private let report: PlanReport

    init(_ saved: SavedPlan, _ report: PlanReport) {
        self.saved = saved
        self.report = report
    }

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        try saved.encode(to: encoder)
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        do {
            try SavedPlan.write(bytes, to: path)
        } catch let error as StoreError {
            guard case .system(_, _, let code) = error else { throw error }
            throw Failure("\(path) can't be written: \(String(cString: strerror(code)))")
        }
    }
}

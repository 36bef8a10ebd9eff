import Glibc
import TestSupport
import Testing

/// Runs that are killed: the kernel holds the old table or the new one, and the next run puts right
/// whatever is left.
@Suite(.networkNamespace, .strace) struct KillTests {
    @Test(arguments: Scenario.allCases)
    func `a run killed at any system call leaves the old table or the new one`(
        scenario: Scenario
    ) throws {
        let rehearsal = try Rehearsal(scenario)
        let instants =
            Strace.isThorough
            ? rehearsal.trace.instants : rehearsal.trace.sample(scenario == .apply ? 20 : 5)
        var counts = (killed: 0, before: 0, after: 0)
        for instant in instants {
            let tool = Strace.injecting(
                instant.fault("signal=SIGKILL"),
                intoChildren: instant.isInChild
            )
            let (ending, result) = try rehearsal.play(under: tool, "killed at \(instant)")
            let isKilled = ending.status == 128 + SIGKILL
            // The death of a child is nothing that a run dies of; it tells.
            if instant.isInChild, !isKilled { expectHonest(ending, result, "\(instant)") }
            counts.killed += isKilled || instant.isInChild ? 1 : 0
            counts.before += result == .before ? 1 : 0
            counts.after += result == .after ? 1 : 0
        }
        // Not every system call is made the same number of times in each run, but nearly.
        #expect(counts.killed >= instants.count * 9 / 10)
        if scenario == .apply || Strace.isThorough {
            #expect(counts.before > 0)
            #expect(counts.after > 0)
        }
        if Strace.isThorough { print("\(scenario): \(instants.count) instants, \(counts)") }
    }

    private func expectHonest(
        _ ending: Program.Ending,
        _ result: Rehearsal.Result,
        _ comment: Comment
    ) {
        switch ending.status {
        case 0: #expect(result == .after, comment)
        case 1: #expect(ending.hasFailedPlainly, comment)
        default: Issue.record("\(comment): status \(ending.status): \(ending.errors)")
        }
    }
}

import Addressing
import Diagnostics
import PolicyAnalysis
import PolicyModel
import PolicyYAML
import TableDiff
import TestSupport
import Testing

/// Compares what is said of a policy's connections, and opens them.
///
/// The first mismatch of a policy is reported; others mostly have the same cause.
struct PolicyCheck {
    let policy: Policy
    let boundaries: Boundaries
    private(set) var tally = Tally()

    private let random: RandomPolicy
    private let names: [String]

    /// Whether some match asks whether the destination is this machine, and whether some names one
    /// of its addresses.
    private let namesLocal: Bool
    private let namesOwnAddress: Bool

    private var tests: [WrittenTest] = []
    private var probes: [Probe] = []
    private var isReported = false

    init(_ random: RandomPolicy) throws {
        self.random = random
        policy = try Self.read(random.yaml)
        boundaries = Boundaries(of: policy)
        names = policy.redirects.map(\.name)
        let destinations = policy.redirects.flatMap { [$0.match] + $0.exceptions }
            .map(\.destination)
        namesLocal = destinations.contains(where: \.isLocal)
        namesOwnAddress = destinations.contains { destination in
            RouterLab.here.contains { destination.addresses?.contains($0) ?? false }
        }
    }

    private static func read(_ text: String) throws -> Policy {
        try PolicyReader().read(SourceText(name: "random.yaml", text: text)).policy
    }

    private mutating func report(_ mistake: String?, _ connection: any CustomStringConvertible) {
        guard let mistake, !isReported else { return }
        isReported = true
        Issue.record("\(mistake)\n\(connection)\n\(random.yaml)")
    }
}

// MARK: - What is said

extension PolicyCheck {
    /// Compares what is said of a connection of which everything is written.
    mutating func explainWhole(_ probe: Probe) {
        guard let connection = probe.connection, let packet = probe.packet else {
            return report("not a connection", probe)
        }
        probes.append(probe)
        let meaning = random.meaning(of: probe)
        let outcome = policy.outcome(of: packet)
        if outcome.redirect?.name != meaning.decider || probe.replies(by: policy) != meaning.replies
        {
            report("the interpreter: \(outcome.redirect?.name ?? "none")", probe)
        }
        readAgain(connection)
        let explained = ExplainedConnection(connection, by: policy, knowing: RouterLab.here)
        report(explained.mistake(on: probe, meaning: meaning), probe)
        report(explained.mistake(onWhole: probe, namesLocal: namesLocal), probe)
        if probe.isToMachine {
            // As on a machine that has other addresses than the one that the policy is for.
            let unknowing = ExplainedConnection(connection, by: policy, knowing: [])
            let mistake = unknowing.mistake(on: probe, meaning: meaning)
            report(mistake.map { "knowing no address: \($0)" }, probe)
        }
        if meaning.decider != nil { tally.decided += 1 }
        guard let found = explained.outcome(of: probe) else { return }
        addTests(of: connection, found, isOwn: probe.isToMachine && !connection.isToLoopback)
    }

    /// Compares what is said of a text with connections that it can stand for.
    mutating func explain(_ text: Connection, for probes: [Probe]) {
        readAgain(text)
        let explained = ExplainedConnection(text, by: policy, knowing: RouterLab.here)
        let cases = explained.explanation.cases
        for probe in probes {
            guard probe.agrees(with: text) else {
                return report("does not agree with \(text)", probe)
            }
            let mistake = explained.mistake(on: probe, meaning: random.meaning(of: probe))
            report(mistake.map { "\(text)\n\($0)" }, probe)
            let found = explained.outcome(of: probe)
            if found?.redirect?.name != cases.first?.redirect?.name { tally.later += 1 }
        }
        if cases.count > 1 {
            tally.open += 1
        } else if let only = cases.first,
            text.isToLoopback || text.destination == .local
                || !probes[0].isToMachine
        {
            // Whatever ordinary values the test takes for the rest.
            addTests(of: text, only, isOwn: false)
        }
    }

    /// Reads a connection as it is printed.
    private mutating func readAgain(_ connection: Connection) {
        let read = try? ConnectionReader().read("\(connection)")
        guard read != connection else { return }
        report("read again as \(read.map { "\($0)" } ?? "nothing")", connection)
    }

    /// Writes tests of a connection.
    ///
    /// One to an own address of the machine is written as `local`, which means the same if no
    /// redirect names such an address.
    private mutating func addTests(
        of connection: Connection,
        _ found: Explanation.Case,
        isOwn: Bool
    ) {
        guard !isOwn || !namesOwnAddress else { return }
        var connection = connection
        if isOwn { connection.destination = .local }
        let test = WrittenTest(connection, expecting: found)
        tests += [test] + test.wrongVariants(redirects: names)
    }

    /// Runs the tests that were written.
    mutating func runTests() throws {
        guard !tests.isEmpty else { return }
        let text = random.yaml + "tests:\n" + tests.map(\.yaml).joined()
        let results = TestRun(of: try Self.read(text)).results
        guard results.count == tests.count else {
            return report("\(results.count) results of \(tests.count) tests", text)
        }
        for (test, result) in zip(tests, results) {
            if result.passed != test.passes {
                report("\(result.passed ? "passed" : "failed"): \(result.sentence)", test.yaml)
            }
            if result.passed { tally.passed += 1 } else { tally.failed += 1 }
        }
    }
}

extension Connection {
    fileprivate var isToLoopback: Bool {
        destinationAddress.map { $0 == Lan.loopback($0.family) } ?? false
    }
}

// MARK: - What happens

extension PolicyCheck {
    /// Opens the connections, and looks where they arrive, with which source, and who counted them.
    mutating func open(in lab: RouterLab) throws {
        let loaded = try PolicyUnderTest(policy)
        if try !loaded.difference.isEmpty { report("the kernel has other rules", "") }
        var counts: [String: UInt64] = [:]
        for probe in probes where probe.canBeOpened {
            let (decider, replies) = random.meaning(of: probe)
            let reply = try lab.open(probe)
            if !replies.contains(reply) {
                report(
                    "the kernel: \(reply), not \(replies.sorted()) by \(decider ?? "none")",
                    probe
                )
            }
            if let decider { counts[decider, default: 0] += 1 }
            tally.opened += 1
            if reply.split(separator: " ").last.map(String.init) != "\(probe.source)" {
                tally.masqueraded += 1
            }
        }
        let counted = try loaded.counts.filter { $0.value > 0 }
        if counted != counts { report("counted \(counted), not \(counts)", "") }
    }
}

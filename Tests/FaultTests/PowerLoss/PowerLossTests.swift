import GenerationModel
import Generations
import Glibc
import TestSupport
import Testing

/// Losses of power: every state that the disk can be in afterwards, from the recorded order of what
/// was written, is one from which the machine comes up with the old generation or the new one.
@Suite(.networkNamespace, .strace) struct PowerLossTests {
    @Test func `whatever a loss of power leaves, a generation comes back`() throws {
        let recording = try Recording()
        var states = recording.states(of: recording.operations)
        if !Strace.isThorough { states = states.spread(24) }
        for state in states {
            let problems = try recording.problems(of: state)
            #expect(problems.isEmpty, "\(state): \(problems)")
        }
        if Strace.isThorough {
            print("power loss: \(states.count) states")
            #expect(states.count >= 500)
        }
    }

    /// Orders that are not good enough, and which these tests must find fault with.
    enum Weakness: CaseIterable {
        case contentsAreNotWaitedFor
        case namesAreNotWaitedFor
        case headIsWrittenInPlace

        func weaken(_ operations: [DiskOperation]) -> [DiskOperation] {
            let files = Set(
                operations.compactMap { operation -> String? in
                    if case .create(let path) = operation { path } else { nil }
                }
            )
            return operations.compactMap { operation in
                switch (self, operation) {
                case (.contentsAreNotWaitedFor, .synchronize(let path)) where files.contains(path):
                    nil
                case (.namesAreNotWaitedFor, .synchronize(let path)) where !files.contains(path):
                    nil
                case (.headIsWrittenInPlace, _): operation.inPlace
                default: operation
                }
            }
        }
    }

    @Test(arguments: Weakness.allCases)
    func `a weaker order of writing is caught`(weakness: Weakness) throws {
        let recording = try Recording()
        let weak = weakness.weaken(recording.operations)
        #expect(weak != recording.operations)
        let states = recording.states(of: weak)
        // Few states show some of these, so all are tried if a sample shows nothing.
        for state in states.spread(60) + states
        where try !recording.problems(of: state).isEmpty {
            return
        }
        Issue.record("nothing is wrong with it")
    }
}

extension DiskOperation {
    /// The operation, if the head were written under its own name.
    fileprivate var inPlace: DiskOperation? {
        func direct(_ path: String) -> String {
            path.hasSuffix("/head.json.new") ? String(path.dropLast(4)) : path
        }
        switch self {
        case .create(let path): return .create(direct(path))
        case .write(let path, let bytes): return .write(direct(path), bytes)
        case .synchronize(let path): return .synchronize(direct(path))
        case .rename(let path, _) where path.hasSuffix("/head.json.new"): return nil
        default: return self
        }
    }
}

/// A few commands whose writing was recorded, with what the kernel held after each.
private struct Recording {
    /// What the disk can hold after a loss of power, and what the machine may come up with then.
    struct State: CustomStringConvertible {
        let disk: Disk.Contents
        /// How many commands had ended, and how many operations were done in all.
        let finished: Int
        let operation: Int
        let description: String
    }

    let installation: Installation
    let operations: [DiskOperation]
    /// What the machine comes up with when a command has ended, and which generations there are.
    private let contents: [Installation.Contents?]
    private let numbers: [[Int]]

    init() throws {
        installation = try Installation()
        var contents: [Installation.Contents?] = [nil]
        var numbers: [[Int]] = [[]]
        var operations: [DiskOperation] = []
        let onTrial = ["--confirm-within", "1h"]
        for command in [
            ["apply", installation.first], ["apply", installation.second], ["rollback"],
            ["remove"], ["apply", installation.second],
            ["apply", installation.first] + onTrial, ["confirm"],
            ["apply", installation.second] + onTrial, ["cancel"],
            ["rollback", "--to", "2"] + onTrial, ["extend", "2h"],
        ] {
            operations += try DiskOperation.record([command], in: installation)
            // A trial does not outlive the machine's going down.
            let isTrial = try installation.store.head().trial != nil
            contents.append(isTrial ? contents.last ?? nil : try installation.contents())
            numbers.append(try installation.store.numbers())
        }
        self.operations = operations
        (self.contents, self.numbers) = (contents, numbers)
    }

    /// The states that a loss of power can leave, each once, for every moment of an order of writing.
    func states(of operations: [DiskOperation]) -> [State] {
        var disk = Disk(root: installation.scratch.path)
        var known: Set<Disk.Contents> = []
        var states: [State] = []
        var finished = 0
        for (index, operation) in operations.enumerated() {
            disk.follow(operation)
            if operation == .finished {
                finished += 1
                // What was fine a moment ago may be too old now.
                known = []
            }
            for contents in disk.survivals(atMost: 32) where known.insert(contents).inserted {
                states.append(
                    State(
                        disk: contents,
                        finished: finished,
                        operation: index,
                        description: "after \(finished) commands and \(operation)".prefix(120)
                            + ", \(contents.count) names"
                    )
                )
            }
        }
        return states
    }

    /// What is wrong with a machine that comes up with this on its disk.
    func problems(of state: State) throws -> [String] {
        try installation.nft("flush ruleset")
        try installation.forgetEverything()
        for (path, bytes) in state.disk.sorted(by: { $0.key < $1.key }) {
            let path = installation.scratch.path + path
            if let bytes { try TestFile.write(bytes, to: path) } else { mkdir(path, 0o700) }
        }
        var problems: [String] = []
        let restore = try installation.redirctl("apply", "--restore")
        let live = try installation.contents()
        let legal = contents[state.finished...].prefix(2)
        if !legal.contains(live) { problems.append("another table: \(restore.errors)") }
        let hasNothing = state.finished == 0 && live == nil
        if restore.status != 0, !(hasNothing && restore.hasFailedPlainly) {
            problems.append("restore: \(restore.status) \(restore.errors)")
        }
        let left = (try? installation.store.numbers()) ?? []
        if !Set(left).isSuperset(of: numbers[state.finished]) {
            problems.append("generations were lost: \(left)")
        }
        for words in [["history"], ["apply", installation.first], ["check"]] {
            let ending = try Program.run(installation.words(words))
            if ending.status != 0, !(hasNothing && words == ["history"]) {
                problems.append("\(words[0]): \(ending.status) \(ending.output)\(ending.errors)")
            }
        }
        if try installation.contents() != contents[1] { problems.append("it does not converge") }
        return problems
    }
}

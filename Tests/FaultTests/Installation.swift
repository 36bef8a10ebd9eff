import FoundationEssentials
import GenerationModel
import Generations
import Glibc
import Nftables
import RulesetModel
import TestSupport
import Testing

/// The built program with a state directory of its own, in the test's network namespace.
struct Installation {
    typealias Contents = [String: [String]]

    let scratch: ScratchDirectory
    let first: String
    let second: String
    /// The policy that an earlier version applied, in ``TestSupport/FormerStore``.
    let former: String

    /// The directory of the store, as the tests see it.
    let directory: String

    private let state: String
    private let isElsewhere: Bool
    private let prefix: [String]

    /// Creates an installation that nothing was applied to.
    ///
    /// The state directory can lie elsewhere, as the program sees it and as the tests see it, where
    /// the program runs under a command that leads it there.
    init(state: String? = nil, seenFromHere: String? = nil, prefix: [String] = []) throws {
        scratch = try ScratchDirectory()
        first = try scratch.write(Self.policy(web: 8080), to: "first.yaml")
        second = try scratch.write(Self.policy(web: 9090), to: "second.yaml")
        former = try scratch.write(
            String(contentsOfFile: FormerStore("live").policy, encoding: .utf8),
            to: "former.yaml"
        )
        self.prefix = prefix
        self.state = state ?? "\(scratch.path)/state"
        isElsewhere = seenFromHere != nil
        let key = "net-\(try FormerStore.namespace())"
        directory = "\(seenFromHere ?? self.state)/\(key)/redirctl"
    }

    private static func policy(web port: Int) -> String {
        """
        version: 1
        redirects:
          - name: web
            direction: outbound
            match: {protocol: tcp, destination: {port: 80}}
            to: {port: \(port)}
          - name: dns
            direction: [inbound, outbound]
            match: {protocol: udp, destination: {port: 53}}
            to: {local: 5353}

        """
    }

    // MARK: - Runs

    /// The words of a run.
    func words(_ arguments: [String], under tool: [String] = []) -> [String] {
        prefix + tool + [Program.path] + arguments + ["--state-dir", state]
    }

    /// Runs the program.
    @discardableResult
    func redirctl(_ arguments: String..., under tool: [String] = []) throws -> Program.Ending {
        try Program.run(words(arguments, under: tool))
    }

    /// Runs the program, which is to end with a status.
    @discardableResult
    func expect(
        _ status: Int32,
        _ arguments: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Program.Ending {
        let ending = try Program.run(words(arguments))
        #expect(
            ending.status == status,
            "\(arguments.joined(separator: " ")): \(ending.output)\(ending.errors)",
            sourceLocation: sourceLocation
        )
        return ending
    }

    /// Removes the state directory.
    func forgetEverything() throws { try LabCommand.run(["rm", "-rf", state]) }

    /// Whether a generation is that there be no table.
    func isRemoval(_ number: Int) throws -> Bool { try store.manifest(of: number).isRemoval }

    /// Makes the history as long as it may be, with the first policy current.
    func fillHistory() throws {
        let template = "\(scratch.path)/full"
        if access(template, F_OK) == 0 {
            try LabCommand.run(["cp", "-a", template, state])
            try expect(0, "apply", "--restore")
            return
        }
        for index in 0..<Store.historyLimit {
            try expect(0, "apply", index % 2 == Store.historyLimit % 2 ? second : first)
        }
        if try store.manifest(of: Store.historyLimit).policy != first {
            try expect(0, "apply", first)
        }
        try LabCommand.run(["cp", "-a", state, template])
    }

    // MARK: - What it left behind

    /// The rules of the kernel's table, chain by chain, or `nil` if there is no table.
    func contents() throws -> Contents? { try NftKernel().table("redirctl")?.rulesByChain }

    func nft(_ script: String) throws { try LabCommand.run(["nft", "-f", "-"], input: script) }

    /// Waits until no process has the lock: a child can outlive the run that started it.
    func awaitQuiet() throws {
        let file = open("\(directory)/lock", O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        for _ in 0..<5000 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return }
            usleep(1000)
        }
        Issue.record("somebody holds the lock for ever")
    }

    /// How store and kernel stand to each other.
    func listed() throws -> Snapshot {
        try ManagedTable(
            name: "redirctl",
            store: try store,
            boot: try Boot.identity(),
            namespace: try NetworkNamespace.current().inode,
            kernel: { NftKernel(holding: $0) }
        ).listed()
    }

    /// The store, or a copy: one that is seen through `/proc` is not believed.
    var store: Store {
        get throws {
            guard isElsewhere, access(directory, F_OK) == 0 else {
                return Store(directory: directory)
            }
            let copy = "\(scratch.path)/copy"
            try LabCommand.run(["rm", "-rf", copy])
            try LabCommand.run(["cp", "-a", directory, copy])
            return Store(directory: copy)
        }
    }

    /// Expects that nothing is left to repair, in the kernel or on the disk.
    func expectOrder(
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let snapshot = try listed()
        #expect(snapshot.reconciliation == .inStep, comment, sourceLocation: sourceLocation)
        #expect(snapshot.drift == Drift.none, comment, sourceLocation: sourceLocation)
        #expect(snapshot.head.intent == nil, comment, sourceLocation: sourceLocation)
        let numbers = try store.numbers()
        #expect(snapshot.head.current == snapshot.current?.manifest.number)
        for number in numbers { _ = try store.generation(number) }
    }
}

extension Program.Ending {
    /// Whether it failed with a sentence, and not by accident.
    var hasFailedPlainly: Bool {
        status == 1
            && errors.split(separator: "\n").contains {
                $0.hasPrefix("error: ") && $0.count > "error: ".count
            }
    }
}

extension Program.Ending {
    /// The lines on standard error, but for the warnings that nobody listens in a bare namespace.
    var unexpectedErrors: [Substring] {
        errors.split(separator: "\n").filter { !$0.hasPrefix("warning: `dns`: ") }
    }
}

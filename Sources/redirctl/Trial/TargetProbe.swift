import Addressing
import Doctor
import GenerationModel
import Generations
import HostState
import PolicyModel
import PolicyYAML

/// A probe of the targets on this machine: whether somebody accepts connections there.
struct TargetProbe {
    private static let mostTargets = 1000
    private static let mostNamed = 10
    private static let patience: Int32 = 2000
    private static let atOnce = 200

    let targets: [LocalTarget]
    let watch: TrialWatch

    /// Connects to every target, and ends the trial if one of them accepts no connection.
    func run() throws -> ExitStatus {
        guard !targets.isEmpty else {
            watch.console.note("no target is on this machine, so there is nothing to probe")
            return .done
        }
        let probed = targets.prefix(Self.mostTargets)
        let refused = zip(probed, answers(of: Array(probed))).filter { !$0.1 }.map(\.0)
        for target in refused.prefix(Self.mostNamed) {
            watch.console.warn("`\(target.redirect)`: \(target.words) refuses connections")
        }
        guard refused.isEmpty else {
            return try watch.cancel(
                because:
                    "\(refused.count) of \(probed.count) targets on this machine refused connections"
            )
        }
        let rest = targets.count - probed.count
        let more = rest > 0 ? " (\(rest) more were not probed)" : ""
        watch.console.note(
            "all \(probed.count) targets on this machine are listening\(more); the trial goes on until "
                + "it is confirmed"
        )
        return .done
    }

    /// Whether each target accepts connections at one of its addresses.
    ///
    /// UDP has no connections, so its sockets are looked for.
    private func answers(of targets: [LocalTarget]) -> [Bool] {
        let listeners = LiveHost().listeners
        var accepts = targets.map { target in
            target.transport == .udp
                && (!listeners.known.contains(.udp)
                    || listeners.on(target.port, .udp).contains { listener in
                        target.addresses.contains { listener.receives($0, on: nil) }
                    })
        }
        let places = targets.enumerated().filter { $0.element.transport == .tcp }
            .flatMap { index, target in
                target.addresses.map { (index: index, place: (address: $0, port: target.port)) }
            }
        for start in stride(from: 0, to: places.count, by: Self.atOnce) {
            let part = places[start..<min(start + Self.atOnce, places.count)]
            let answers = ConnectionAttempts.answers(
                of: part.map(\.place),
                within: Self.patience
            )
            for (entry, answer) in zip(part, answers) where answer == .accepted {
                accepts[entry.index] = true
            }
        }
        return accepts
    }
}

extension ManagedTable {
    /// The policy of a generation, for a probe of its targets.
    func probedPolicy(of generation: Generation) throws -> Policy {
        let sources = try store.sources(of: generation.manifest)
        guard let loaded = generation.policy(from: sources) else {
            throw Failure(
                "the policy of generation \(generation.manifest.number) can't be read any more, so its "
                    + "targets are not known; give `--probe` a command"
            )
        }
        return loaded.policy
    }
}

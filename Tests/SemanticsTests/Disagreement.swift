import Addressing
import PolicyModel
import RulesetModel

/// A connection of which a ruleset makes something else than the policy says.
struct Disagreement: CustomStringConvertible {
    var packet: FirstPacket
    var expected: Effects
    /// What the ruleset does, or why it cannot be loaded.
    var actual: Result<Effects, Refusal>

    /// The first one of some connections, if there is any.
    static func first(
        of cases: [(packet: FirstPacket, expected: Effects)],
        with ruleset: Ruleset
    ) -> Disagreement? {
        let interpreter: RulesetInterpreter
        do throws(Refusal) {
            interpreter = try RulesetInterpreter(ruleset)
        } catch {
            return cases.first.map {
                Disagreement(packet: $0.packet, expected: $0.expected, actual: .failure(error))
            }
        }
        for (packet, expected) in cases {
            let actual = interpreter.effects(on: packet)
            if expected != actual {
                return Disagreement(packet: packet, expected: expected, actual: .success(actual))
            }
        }
        return nil
    }

    var description: String {
        let actual =
            switch actual {
            case .success(let effects): Self.text(of: effects)
            case .failure(let refusal): "  \(refusal)"
            }
        return """
            connection
              \(packet.text)
            should be
            \(Self.text(of: expected))
            and is
            \(actual)
            """
    }

    private static func text(of effects: Effects) -> String {
        effects.map { "  \($0.value): \($0.key)" }.sorted().joined(separator: "\n")
    }
}

extension FirstPacket {
    /// The connection in the policy language's words.
    var text: String {
        var parts: [String]
        switch payload {
        case .transport(let transport, let from, let to):
            parts = [
                "\(direction) \(transport) \(destination.text(withPort: to))",
                "source=\(source.text(withPort: from))",
            ]
        case .portless(let number):
            parts = ["\(direction) protocol \(number) \(destination)", "source=\(source)"]
        }
        if isToThisMachine { parts.append("(local)") }
        parts.append("interface=\(interface)")
        if let process {
            parts += ["user=\(process.user)", "group=\(process.group)"]
            if let cgroup = process.cgroup { parts.append("cgroup=\(cgroup)") }
        }
        parts.append("mark=0x" + String(mark, radix: 16))
        return parts.joined(separator: " ")
    }
}

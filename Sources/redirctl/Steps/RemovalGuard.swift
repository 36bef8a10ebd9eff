import Diagnostics
import GenerationModel
import Glibc

/// Stops changes that remove many redirects until the operator agrees: most often they are a mistake,
/// such as the wrong file.
struct RemovalGuard {
    /// A change removes more than it may.
    private struct TooMuch: Error { let removal: Removal }

    private let limit: RemovalLimit
    private let table: String

    /// How many redirects the operator agreed to lose.
    private var accepted = 0

    init(_ limit: RemovalLimit, table: String) {
        self.limit = limit
        self.table = table
    }

    /// Stops a change if it removes too much.
    func check(_ plan: Plan) throws {
        let removal = plan.removal
        guard limit.allows(removal) || removal.removed.count <= accepted else {
            throw TooMuch(removal: removal)
        }
    }

    /// Runs a change, and runs it again if it was stopped and the operator agrees to it.
    ///
    /// The change passes its plan to ``check(_:)``. Nothing is locked while the operator thinks, so the plan
    /// is made and checked again afterwards.
    mutating func guarding<Result>(
        _ console: Console,
        _ change: (RemovalGuard) throws -> Result
    ) throws -> Result {
        while true {
            do { return try change(self) } catch let tooMuch as TooMuch {
                let removal = tooMuch.removal
                let sentence = removal.sentence(table: table)
                guard Terminal.canAsk else {
                    throw Failure(
                        "\(sentence), and there is no terminal on which to ask; nothing was changed\n"
                            + "`--yes` allows any number of removals, "
                            + "`--max-removals \(removal.removed.count)` as many as these"
                    )
                }
                console.warn(sentence)
                guard Terminal.answer(to: "Type `yes` to continue: ") == "yes" else {
                    throw Failure("the answer was not `yes`; nothing was changed")
                }
                accepted = removal.removed.count
            }
        }
    }

    /// What a command will ask that carries out a plan; `nil` if it asks nothing.
    static func note(on plan: Plan, of command: String) -> String? {
        let removal = plan.removal
        return RemovalLimit.usual.allows(removal)
            ? nil
            : "`\(command)` asks before it removes \(removal.removed.count) of \(removal.total) "
                + "redirects; where nobody can be asked, add `--yes`"
    }
}

extension Removal {
    private static let named = 3

    fileprivate func sentence(table: String) -> String {
        let names = removed.prefix(Self.named).map { "`\($0.escaped)`" }
        return "this removes \(removed.count) of the \(total) redirects of table inet \(table), "
            + "such as \(names.joined(separator: ", "))"
    }
}

/// Questions to the person at the terminal.
private enum Terminal {
    /// Whether there is somebody who can be asked.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// The answer to a question; `nil` at the end of the input.
    static func answer(to question: String) -> String? {
        Progress.end()
        Stream.write(question, to: STDERR_FILENO)
        return readLine()
    }
}

import ArgumentParser
import Diagnostics
import Glibc

/// What is said of a command line that can't be understood: the mistake, what was probably meant, and
/// where the help is.
struct CommandMistake {
    /// The mistake, as an error of this program.
    let text: String

    /// Explains an error of ArgumentParser, or of a command's own checks.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - words: The words of the command line.
    init(_ error: any Error, in words: [String]) {
        let known = Redirctl.configuration.subcommands.compactMap { $0.configuration.commandName }
        let first = words.first ?? ""
        let usage =
            Redirctl.fullMessage(for: error).split(separator: "\n")
            .first { $0.hasPrefix("Usage: ") }.map { "\n\($0)" } ?? ""
        if known.contains(first) || first.hasPrefix("-") || first.isEmpty {
            var message = Redirctl.message(for: error).inOwnVoice
            let hint = Self.hint(for: message, of: first)
            // ArgumentParser knows only what is spelt alike.
            if hint != nil, let guess = message.firstRange(of: ". Did you mean") {
                message = String(message[..<guess.lowerBound])
            }
            let command = known.contains(first) ? "\(first) " : ""
            text =
                Self.sentence(message, hint) + usage + "\nsee `redirctl \(command)--help`"
        } else {
            let message = "there is no command \(first.quoted)"
            let hint = Self.hint(for: first, among: known)
            text = Self.sentence(message, hint) + usage + "\nsee `redirctl --help`"
        }
    }

    private static func sentence(_ mistake: String, _ hint: String?) -> String {
        hint.map { "\(mistake); \($0)" } ?? mistake
    }

    /// What was probably meant by an option or an argument that a command does not have.
    private static func hint(for message: String, of command: String) -> String? {
        if command == "remove", message.hasPrefix("unexpected argument") {
            return hint(for: "rm", among: [])
        }
        let found = options.first { message.contains("option `\($0.key)`") }?.value
        let hasPlan = command == "remove" || command == "rollback"
        return found == plan && hasPlan
            ? "`redirctl \(command) --plan` shows what it would change" : found
    }

    private static let plan = "`redirctl plan POLICY` shows what an apply would change"

    /// The command that was probably meant by a word that is none.
    private static func hint(for word: String, among known: [String]) -> String? {
        if let meant = commands[word] {
            return "`redirctl \(meant)` \(purposes[meant] ?? "does that")"
        }
        return Suggestion.nearest(to: word, among: known).map { "did you mean `\($0)`?" }
    }

    /// What people type who know other tools, and the command that they mean.
    private static let commands = [
        "list": "status", "ls": "status", "show": "status", "info": "status", "ps": "status",
        "rm": "remove", "delete": "remove", "del": "remove", "destroy": "remove",
        "flush": "remove", "stop": "remove", "disable": "remove", "uninstall": "remove",
        "lint": "validate", "verify": "validate", "fmt": "validate",
        "undo": "rollback", "revert": "rollback", "restore": "rollback",
        "load": "apply", "install": "apply", "start": "apply", "enable": "apply", "reload": "apply",
        "update": "apply", "add": "apply", "deploy": "apply",
        "dry-run": "plan", "preview": "plan", "simulate": "plan",
        "log": "history", "generations": "history",
        "drift": "check", "monitor": "check",
        "accept": "confirm", "commit": "confirm", "keep": "confirm",
        "new": "init", "create": "init", "example": "init", "examples": "init",
        "abort": "cancel", "trace": "explain", "why": "explain", "exec": "run",
    ]

    private static let purposes = [
        "status": "shows what is live",
        "remove":
            "removes the whole table; for one redirect, write `enabled: false` in the policy and apply it",
        "validate": "checks policies", "rollback": "returns to an earlier generation",
        "apply": "makes a policy live", "plan": "shows what an apply would change",
        "history": "lists the generations", "check": "reports drift",
        "confirm": "keeps what is on trial", "cancel": "ends a trial",
        "explain": "explains what happens to a connection",
        "run": "runs a program with its own redirects",
        "init": "writes an example policy",
    ]

    /// The same for options.
    private static let options: [String: String] = {
        let policy = "the policy is an argument, not an option"
        let yes = "`--yes` of `apply`, `rollback` and `remove` answers their question with yes"
        let json = "`--format json` prints JSON"
        let namespace = "`--netns NAME` selects a network namespace"
        return [
            "--dry-run": plan, "--check": plan, "--noop": plan, "--plan": plan,
            "-f": policy, "--file": policy, "--policy": policy, "--config": policy,
            "-y": yes, "--yes": yes, "--force": yes, "--auto-approve": yes, "--assume-yes": yes,
            "--json": json, "-j": json, "-o": json, "--output": json,
            "--namespace": namespace, "--net": namespace, "-N": namespace,
            "--timeout": "`--confirm-within TIME` undoes an apply unless it is confirmed",
        ]
    }()
}

extension String {
    /// A message of ArgumentParser as this program writes it: no capital letter, no full stop, and words of
    /// the command line in backquotes.
    fileprivate var inOwnVoice: String {
        var text = prefix(1).lowercased() + dropFirst()
        if text.hasSuffix(".") { text.removeLast() }
        let isOfParser =
            ["unknown option", "unexpected argument", "missing ", "the value "]
            .contains { text.hasPrefix($0) } || text.contains("unexpected arguments:")
        return isOfParser ? text.replacing("'", with: "`") : text
    }
}

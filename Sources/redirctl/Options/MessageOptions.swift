import ArgumentParser
import Planning

/// What the operator wants the history to say.
struct MessageOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("What the history is to say of it.", valueName: "text")
    )
    var message: String?

    private static let mostBytes = 500

    func validate() throws {
        guard let message else { return }
        guard !message.isEmpty, message.utf8.count <= Self.mostBytes,
            !message.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw ValidationError(
                "`--message` takes one line of at most \(Self.mostBytes) bytes."
            )
        }
    }
}

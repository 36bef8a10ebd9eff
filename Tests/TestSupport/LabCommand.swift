internal import Glibc

/// A program run in the calling thread's network namespace, such as `nft` or `ip`.
public struct LabCommand {
    /// A program that left with another status than 0.
    public struct Failure: Error, CustomStringConvertible {
        /// The command, its status, and what it wrote.
        public let description: String
    }

    /// Runs a program with the text as its input, and returns what it writes to either stream.
    ///
    /// The corresponding C function is `posix_spawn`: the child is born in the caller's namespace.
    @discardableResult
    public static func run(_ words: [String], input: String = "") throws -> String {
        let (inputFile, outputFile) = (try file(holding: input), try file(holding: ""))
        defer {
            fclose(inputFile)
            fclose(outputFile)
        }
        let status = try spawn(words, input: fileno(inputFile), output: fileno(outputFile))
        let output = try contents(of: outputFile)
        guard status == 0 else {
            throw Failure(description: "\(words.joined(separator: " ")): \(status): \(output)")
        }
        return output
    }

    private static func spawn(_ words: [String], input: Int32, output: Int32) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let error = posix_spawn(&child, path(of: words[0]), &actions, nil, &arguments, environ)
        guard error == 0 else {
            throw Failure(description: "\(words[0]): \(String(cString: strerror(error)))")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// An ordinary user's search path does without the directories of `nft` and `ip`.
    private static func path(of program: String) -> String {
        let places = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map { "\($0)/\(program)" }
        return places.first { access($0, X_OK) == 0 } ?? program
    }

    private static func file(holding text: String) throws -> UnsafeMutablePointer<FILE> {
        guard let file = tmpfile() else { throw Failure(description: "tmpfile failed") }
        fputs(text, file)
        rewind(file)
        return file
    }

    private static func contents(of file: UnsafeMutablePointer<FILE>) throws -> String {
        rewind(file)
        var bytes: [UInt8] = []
        while true {
            let byte = fgetc(file)
            guard byte != EOF else { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
    }
}

internal import CNftables

/// Runs libnftables, each time in a process of its own.
enum Libnftables {
    /// Starts the process of the next run, which waits for it.
    ///
    /// On failure nothing happens: the run starts its process itself. The corresponding C function
    /// is `cnft_prepare`.
    static func prepare() { _ = cnft_prepare() }

    /// Runs one script, and passes its output to a closure.
    ///
    /// The corresponding C function is `cnft_run`.
    static func run<Reading>(
        _ script: String,
        holding lock: Int32? = nil,
        read: (UnsafeRawBufferPointer) throws(KernelError) -> Reading
    ) throws(KernelError) -> Reading {
        var result = cnft_result()
        let error = script.withCString { text in
            cnft_run(text, script.utf8.count, CNFT_TEXT, lock ?? -1, &result)
        }
        guard error == 0 else {
            throw .system(call: String(cString: result.failed_call), errno: error)
        }
        defer { cnft_free(&result) }
        if let failure = failure(in: result) { throw failure }
        return try read(UnsafeRawBufferPointer(start: result.output, count: result.output_length))
    }

    /// The library's version, which it prints at the beginning of a JSON listing.
    ///
    /// `nil` on failure. The listing needs no privileges, because it is made in a new network
    /// namespace.
    static func version() -> String? {
        let script = "list tables\n"
        var result = cnft_result()
        guard cnft_run(script, script.utf8.count, CNFT_JSON_ALONE, -1, &result) == 0 else {
            return nil
        }
        defer { cnft_free(&result) }
        guard result.end == CNFT_DONE else { return nil }
        let output = String(
            decoding: UnsafeRawBufferPointer(start: result.output, count: result.output_length),
            as: UTF8.self
        )
        return output.firstMatch(of: /"version": *"([0-9A-Za-z.+~-]+)"/).map { String($0.1) }
    }

    /// Runs one script in a new, empty network namespace, which ends with the run.
    static func runAlone(_ script: String) throws(KernelError) {
        var result = cnft_result()
        let error = script.withCString { text in
            cnft_run(text, script.utf8.count, CNFT_TEXT_ALONE, -1, &result)
        }
        guard error == 0 else {
            throw .system(call: String(cString: result.failed_call), errno: error)
        }
        defer { cnft_free(&result) }
        if let failure = failure(in: result) { throw failure }
    }

    /// The error in the result of a run; `nil` if all commands were executed.
    static func failure(in result: cnft_result) -> KernelError? {
        switch result.end {
        case CNFT_DONE: nil
        case CNFT_REFUSED: .refused(ComplaintReader().complaints(in: errors(of: result)))
        case CNFT_KILLED:
            .libraryDied(
                status: "killed by signal \(signalText(result.number))",
                output: errors(of: result)
            )
        default:
            .libraryDied(
                status: "left with exit status \(result.number)",
                output: errors(of: result)
            )
        }
    }

    private static func errors(of result: cnft_result) -> String {
        String(
            decoding: UnsafeRawBufferPointer(start: result.errors, count: result.errors_length),
            as: UTF8.self
        )
    }

    private static func signalText(_ number: Int32) -> String {
        guard let name = cnft_signal_name(number) else { return "\(number)" }
        return "\(number) (SIG\(String(cString: name)))"
    }
}

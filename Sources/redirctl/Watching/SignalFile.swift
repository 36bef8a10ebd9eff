import CLinux
import Glibc
import TrustedFiles

/// Signals that wait to be read, so that one poll(2) waits for them and for other files.
struct SignalFile: ~Copyable {
    private static let entrySize = 128

    /// The descriptor, for poll(2).
    let file: Int32

    /// Blocks some signals; those that arrive from now on wait to be read.
    init(_ numbers: [Int32]) throws {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in numbers { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var file: Int32 = -1
        let error = clinux_signal_file(&signals, &file)
        guard error == 0 else { throw Failure("signalfd: \(errorText(error))") }
        self.file = file
    }

    deinit { close(file) }

    /// The numbers of the signals that have arrived, without waiting.
    func read() -> [Int32] {
        var numbers: [Int32] = []
        var entry = [UInt8](repeating: 0, count: Self.entrySize)
        while Glibc.read(file, &entry, entry.count) == entry.count {
            numbers.append(entry.withUnsafeBytes { $0.load(as: Int32.self) })
        }
        return numbers
    }
}

import Glibc

/// What the system says of an error, for people.
///
/// The corresponding C function is `strerror_r`.
func errorText(_ errno: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let text = buffer.baseAddress, strerror_r(errno, text, buffer.count) == 0 else {
            return "error \(errno)"
        }
        return String(cString: text)
    }
}

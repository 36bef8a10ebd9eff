import CDigest

/// The SHA-256 of some bytes.
///
/// The corresponding C function is `SHA256Data` of libmd.
enum Digest {
    static func hexadecimal(of bytes: [UInt8]) -> String {
        withUnsafeTemporaryAllocation(
            of: CChar.self,
            capacity: 2 * Int(SHA256_DIGEST_LENGTH) + 1
        ) { buffer in
            _ = SHA256Data(bytes, bytes.count, buffer.baseAddress)
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }
}

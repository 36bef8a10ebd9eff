/// What a file is, by whichever path it was opened.
struct FileIdentity: Hashable {
    let device: UInt
    let number: UInt
}

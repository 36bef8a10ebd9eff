import Glibc

/// The names in a directory.
enum DirectoryListing {
    /// Reads all names; a directory that is not there has none.
    ///
    /// The corresponding C functions are `opendir` and `readdir`.
    static func names(in directory: String) throws(PolicyFileError) -> [String] {
        let path = directory.isEmpty ? "." : directory
        guard let stream = opendir(path) else {
            if errno == ENOENT { return [] }
            throw .cannotOpen(path: path, errno: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .cannotRead(path: path, errno: errno) }
                return names
            }
            // A name that is no UTF-8 could not be opened by its text; it is shown as it can be.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }
}

import Glibc

/// The users and groups of the system, from every source in nsswitch.conf(5).
enum AccountDatabase {
    /// The answer to a look-up.
    enum Answer: Hashable {
        /// The id of the name.
        case id(UInt32)
        /// There is no such name.
        case unknown
        /// The look-up failed.
        case failed(errno: Int32)
    }

    /// The id of a user or group.
    ///
    /// The corresponding C functions are `getpwnam_r` and `getgrnam_r`.
    static func id(of kind: AccountKind, named name: String) -> Answer {
        // The entry of a group contains its members and can be large.
        var size = 1 << 12
        while true {
            let (answer, isComplete) = ask(kind, name, size)
            if isComplete || size >= 1 << 24 { return answer }
            size *= 4
        }
    }

    private static func ask(
        _ kind: AccountKind,
        _ name: String,
        _ size: Int
    ) -> (Answer, isComplete: Bool) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
            guard let bytes = buffer.baseAddress else { return (.unknown, true) }
            var id: UInt32?
            var code: Int32
            repeat {
                switch kind {
                case .user:
                    var (entry, found) = (passwd(), nil as UnsafeMutablePointer<passwd>?)
                    code = getpwnam_r(name, &entry, bytes, size, &found)
                    id = found?.pointee.pw_uid
                case .group:
                    var (entry, found) = (group(), nil as UnsafeMutablePointer<group>?)
                    code = getgrnam_r(name, &entry, bytes, size, &found)
                    id = found?.pointee.gr_gid
                }
            } while code == EINTR
            if let id { return (.id(id), true) }
            switch code {
            case ERANGE: return (.failed(errno: code), false)
            // C libraries return one of these for an unknown name (getpwnam(3)).
            case 0, ENOENT, ESRCH, EBADF, EPERM: return (.unknown, true)
            default: return (.failed(errno: code), true)
            }
        }
    }

    /// The names in /etc/passwd or /etc/group, for suggestions; other sources may have no list.
    ///
    /// The corresponding C functions are `fgetpwent_r` and `fgetgrent_r`.
    static func localNames(of kind: AccountKind) -> [String] {
        guard let file = fopen(kind == .user ? "/etc/passwd" : "/etc/group", "re") else {
            return []
        }
        defer { fclose(file) }
        var names: [String] = []
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1 << 16) { buffer in
            guard let bytes = buffer.baseAddress else { return }
            while names.count < 10_000 {
                let name: UnsafeMutablePointer<CChar>?
                switch kind {
                case .user:
                    var (entry, found) = (passwd(), nil as UnsafeMutablePointer<passwd>?)
                    fgetpwent_r(file, &entry, bytes, buffer.count, &found)
                    name = found?.pointee.pw_name
                case .group:
                    var (entry, found) = (group(), nil as UnsafeMutablePointer<group>?)
                    fgetgrent_r(file, &entry, bytes, buffer.count, &found)
                    name = found?.pointee.gr_name
                }
                guard let name else { return }
                names.append(String(cString: name))
            }
        }
        return names
    }
}

import Glibc

/// The users whose files a process may act on: those who could do the same without it.
public struct Trust: Sendable, Hashable {
    /// The effective user of the process.
    let user: UInt32

    /// The user who called sudo; `nil` unless the process is root's.
    ///
    /// A user who may use sudo may decide what root does now, but not what root finds later: this user
    /// may own policies, but not the store.
    public let caller: UInt32?

    /// Creates a trust in root, a user and, for policies only, the caller of sudo.
    public init(user: UInt32, caller: UInt32? = nil) {
        self.user = user
        self.caller = user == 0 ? caller : nil
    }

    /// The trust of this process.
    public static let ofThisProcess = Trust(
        user: geteuid(),
        caller: getenv("SUDO_UID").flatMap { number(String(cString: $0)) }
    )

    /// Whether a user's files are safe.
    ///
    /// In a user namespace, the kernel shows users without a number there as nobody. They include the
    /// real root, which can change everything anyway.
    func includes(_ owner: UInt32) -> Bool {
        owner == 0 || owner == user || owner == Self.nobody && Self.nobodyIsUnmapped
    }

    /// Whether a policy with these dangers can be applied: only the caller of sudo can change it.
    public func acceptsAsPolicy(_ dangers: [FileDanger]) -> Bool {
        dangers.allSatisfy { $0.isOwnership(of: caller) }
    }

    /// Reads the number of a user in the form that sudo writes; `nil` for any other text.
    static func number(_ text: String) -> UInt32? {
        guard let number = UInt32(text), "\(number)" == text, number != .max else { return nil }
        return number
    }

    private static let nobody: UInt32 = 65_534

    /// Whether nobody has no number in this namespace, so that it stands for users of other ones.
    private static let nobodyIsUnmapped: Bool = {
        let map = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC)
        guard map >= 0 else { return false }
        defer { close(map) }
        // At most 340 lines (user_namespaces(7)).
        var bytes = [UInt8](repeating: 0, count: 340 * 36)
        let count = read(map, &bytes, bytes.count)
        return count > 0 && !maps(nobody, String(decoding: bytes.prefix(count), as: UTF8.self))
    }()

    /// Whether a user has a number in the namespace of a `uid_map`.
    ///
    /// A text in another form counts as a map of all users.
    static func maps(_ user: UInt32, _ map: String) -> Bool {
        let lines = map.split(separator: "\n")
        return lines.isEmpty
            || lines.contains { line in
                let numbers = line.split(separator: " ").compactMap { UInt64($0) }
                guard numbers.count == 3 else { return true }
                return UInt64(user) >= numbers[0] && UInt64(user) - numbers[0] < numbers[2]
            }
    }
}

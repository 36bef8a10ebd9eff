import Glibc

/// On whose files a process may act: those of users who can do the same without it.
public struct Trust: Sendable, Hashable {
    /// The user as whom the process acts.
    let user: UInt32

    /// The user who called sudo, where the process is root's.
    ///
    /// Who may become root decides by that alone what root does, but not what root keeps: only
    /// policies may be this user's, not the store.
    public let caller: UInt32?

    /// Creates a trust in root, a user and, as far as policies go, whoever called sudo.
    public init(user: UInt32, caller: UInt32? = nil) {
        self.user = user
        self.caller = user == 0 ? caller : nil
    }

    /// What this process trusts.
    public static let ofThisProcess = Trust(
        user: geteuid(),
        caller: getenv("SUDO_UID").flatMap { number(String(cString: $0)) }
    )

    /// Whether a user's files are safe.
    ///
    /// In a user namespace, the kernel shows users that have no number there as nobody. The real
    /// root is one of them, and what it can change nobody in there could prevent.
    func includes(_ owner: UInt32) -> Bool {
        owner == 0 || owner == user || owner == Self.nobody && Self.nobodyIsUnmapped
    }

    /// Whether a policy that is in these dangers can be applied: only whoever called sudo can change
    /// it.
    public func acceptsAsPolicy(_ dangers: [FileDanger]) -> Bool {
        dangers.allSatisfy { $0.isOwnership(of: caller) }
    }

    /// The number of a user, written as sudo writes it.
    static func number(_ text: String) -> UInt32? {
        guard let number = UInt32(text), "\(number)" == text, number != .max else { return nil }
        return number
    }

    private static let nobody: UInt32 = 65_534

    /// Whether the number of nobody stands for users of other namespaces only.
    private static let nobodyIsUnmapped: Bool = {
        let map = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC)
        guard map >= 0 else { return false }
        defer { close(map) }
        // At most 340 lines (user_namespaces(7)).
        var bytes = [UInt8](repeating: 0, count: 340 * 36)
        let count = read(map, &bytes, bytes.count)
        return count > 0 && !maps(nobody, String(decoding: bytes.prefix(count), as: UTF8.self))
    }()

    /// Whether a user has a number in the namespace that a `uid_map` describes.
    ///
    /// What can't be read counts as a map of everybody.
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

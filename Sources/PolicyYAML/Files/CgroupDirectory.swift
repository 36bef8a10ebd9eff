import Addressing
import Glibc

/// The control groups that there are now; each is asked for once.
struct CgroupDirectory {
    private let root: String
    private var answers: [CgroupPath: Bool] = [:]

    init(_ root: String) { self.root = root }

    /// Whether there is a control group.
    ///
    /// The corresponding C function is `stat`.
    mutating func contains(_ path: CgroupPath) -> Bool {
        if let answer = answers[path] { return answer }
        var status = stat()
        let answer =
            stat("\(root)/\(path.text)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        answers[path] = answer
        return answer
    }
}

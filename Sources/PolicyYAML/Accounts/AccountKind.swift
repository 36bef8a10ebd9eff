/// What a process runs as.
enum AccountKind: String {
    case user
    case group
}

/// One file of a policy: its keys, and the path that others in it are relative to.
struct Document {
    let fields: Fields<PolicyKey>
    let name: String
}

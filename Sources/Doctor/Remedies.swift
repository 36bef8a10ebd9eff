// Remedies that several checks name.
extension HostFinding.Remedy {
    /// Sets a kernel parameter, which is named by its path below `/proc/sys`.
    static func parameter(_ path: String, _ value: Int) -> Self {
        // sysctl(8) takes the first separator; a dot can be part of an interface's name.
        let name =
            path.contains(".") ? path : path.split(separator: "/").joined(separator: ".")
        return Self(
            command: "sysctl -w \(name)=\(value)",
            permanent: "echo '\(name) = \(value)' >> /etc/sysctl.d/60-redirctl.conf"
        )
    }
}

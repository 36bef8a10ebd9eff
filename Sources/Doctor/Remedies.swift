internal import Diagnostics

extension HostFinding.Remedy {
    /// Sets a kernel parameter, which is named by its path below `/proc/sys`.
    static func parameter(_ path: String, _ value: Int) -> Self { parameters([path], value) }

    /// Sets several kernel parameters to the same value.
    static func parameters(_ paths: [String], _ value: Int) -> Self {
        // sysctl(8) takes the first separator; a dot can be part of an interface's name.
        let names = paths.map { path in
            path.contains(".") ? path : path.split(separator: "/").joined(separator: ".")
        }
        let settings = names.map { "\($0)=\(value)".quotedForShell }
        return Self(
            command: "sysctl -w \(settings.joined(separator: " "))",
            permanent: "printf '%s\\n' \(settings.joined(separator: " ")) "
                + ">> /etc/sysctl.d/60-redirctl.conf"
        )
    }
}

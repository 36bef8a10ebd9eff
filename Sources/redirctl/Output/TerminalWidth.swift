import Glibc

/// How wide the lines of a result may be.
enum TerminalWidth {
    /// The columns of the terminal that a stream goes to; `nil` if it goes to none, or to one that
    /// does not say.
    ///
    /// `COLUMNS` is asked first, so that a user can choose another width. The corresponding request is
    /// `TIOCGWINSZ` of ioctl(2).
    static func columns(of stream: Int32) -> Int? {
        guard isatty(stream) == 1 else { return nil }
        if let chosen = Environment["COLUMNS"].flatMap({ Int($0) }), chosen > 0 { return chosen }
        var size = winsize()
        guard ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

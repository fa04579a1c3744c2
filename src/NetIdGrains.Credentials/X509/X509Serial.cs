namespace NetIdGrains.Credentials;

internal static class X509Serial
{
    private const int Size = 16;

    /// <summary>RFC 5280 §4.1.2.2: positive. The second bit is set so that the first byte is never zero and the length is always the same.</summary>
    public static byte[] Create(IRandomSource random)
    {
        var serial = new byte[Size];
        random.Fill(serial);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}

// Small JSON is written a few times for each certificate: the buffer and the writer are a thread's own and are used again. A node tree for
// the same texts took most of the time of issuing.
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetIdGrains.Credentials;

internal sealed class PooledJson : IDisposable
{
    // Our own output is never put into a web page: base64 and names stay readable.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? idle;

    private readonly ArrayBufferWriter<byte> buffer;

    public PooledJson()
    {
        (buffer, Writer) = idle ?? New();
        idle = null;
    }

    public Utf8JsonWriter Writer { get; }

    public ReadOnlySpan<byte> Written
    {
        get
        {
            Writer.Flush();
            return buffer.WrittenSpan;
        }
    }

    // What was written may be identity data: the buffer is cleared, not only rewound.
    public void Dispose()
    {
        buffer.Clear();
        Writer.Reset();
        idle = (buffer, Writer);
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) New()
    {
        var fresh = new ArrayBufferWriter<byte>(2048);
        return (fresh, new Utf8JsonWriter(fresh, Plain));
    }
}

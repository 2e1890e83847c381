package dev.sandmill.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;

/// Reads the JDK's classes and sends the program's away; there are no other files.
final class Files extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final OutputStream out;

    Files(StandardJavaFileManager jdk, OutputStream out) {
        super(jdk);
        this.out = out;
    }

    @Override
    public boolean isSameFile(FileObject a, FileObject b) {
        return a instanceof Source || b instanceof Source ? a == b : super.isSameFile(a, b);
    }

    @Override
    public boolean contains(Location location, FileObject file) throws IOException {
        return !(file instanceof Source) && super.contains(location, file);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
            Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
        String path = className.replace('.', '/') + kind.extension;
        return new SimpleJavaFileObject(URI.create("class:///" + path.hashCode()), kind) {
            @Override
            public String getName() {
                return path;
            }

            @Override
            public OutputStream openOutputStream() {
                return new ByteArrayOutputStream() {
                    @Override
                    public void close() throws IOException {
                        Compiler.file(out, path, toByteArray());
                    }
                };
            }
        };
    }
}
